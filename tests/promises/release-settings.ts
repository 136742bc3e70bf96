import type { DatabaseKind, DatabaseSettings } from './worker-settings.ts'

/** A release of Ebra: this one; one that has added to the schema; or one whose schema this one cannot work with. */
export type Release = 'this' | 'next' | 'breaking'

/** What a process that opens stores has to know. */
export interface StarterSettings {
  readonly database: DatabaseSettings
  readonly release: Release
  /** How many stores it opens at once. */
  readonly stores: number
}

/** What it tells: that it could begin; then which of its stores has migrated, and what each was refused with. */
export type StarterMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly migrated: readonly (readonly string[])[]; readonly refusals: readonly string[] }

/** What a later release does to the schema: tables get columns, a function that is in use is replaced by a better one. */
export const additions: Readonly<Record<DatabaseKind, string>> = {
  Postgres: `
    alter table ebra.calls add column campaign text;
    alter table ebra.attempts add column carrier text;
    create index calls_by_campaign on ebra.calls (campaign) where campaign is not null;
    create or replace function ebra.be_durable() returns void language plpgsql as $$
    begin
      perform set_config('synchronous_commit', 'on', true);
    end
    $$;
  `,
  SQLite: `
    alter table ebra_calls add column campaign text;
    alter table ebra_attempts add column carrier text;
    create index ebra_calls_by_campaign on ebra_calls (campaign) where campaign is not null;
  `,
}
