/** Any value JSON can say. Numbers are finite, strings are well formed (checked where input enters). */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** A JSON object, the shape of `metadata`, provider options and provider state. */
export type JsonObject = { readonly [key: string]: Json }

/** What a script may say: a flat object, sent to the provider. */
export type Variables = Readonly<Record<string, string | number | boolean>>
