/** One statement that fails: the n-th after the fault was laid. */
export interface StatementFault extends Disposable {
  /** Whether so many statements were run that the fault has struck. */
  hasStruck(): boolean
}
