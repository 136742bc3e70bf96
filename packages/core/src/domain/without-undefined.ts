/** The same keys, where being absent is the only way to be undefined. */
export type WithoutUndefined<TObject> = { [TKey in keyof TObject]: Exclude<TObject[TKey], undefined> }

/** A copy without the keys whose value is undefined, so that `key in object` tells what was given. */
export function withoutUndefined<TObject extends object>(object: TObject): WithoutUndefined<TObject> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as WithoutUndefined<TObject>
}
