import type { Migration } from './migration.ts'

/**
 * The queue itself. Instants are integers, milliseconds since 1970; JSON is text, so that it comes back as it was given. Checks compare value by value: for `in (…)` with more than two of them
 * SQLite builds a table each time. What a worker could not read must not get in, by whomever: a claim that meets it would fail, again and again, and everybody would wait behind it.
 */
export const queue: Migration = {
  number: 1,
  name: 'queue',
  minCode: 1,
  sql: `
create table ebra_calls (
  id text primary key not null,
  tenant text,
  to_number text not null,
  from_number text,
  script_id text not null,
  variables text not null,
  metadata text not null,
  provider text,
  provider_options text not null,
  status text not null default 'PENDING',
  outcome text,
  priority integer not null check (priority between -100 and 100),
  exclusive integer not null check (exclusive = 0 or exclusive = 1),
  attempts integer not null default 0 check (attempts >= 0),
  max_attempts integer not null check (max_attempts >= 1),
  last_number integer not null default 0 check (last_number >= attempts),
  last_error text,
  retry_of text,
  scheduled_at integer,
  next_attempt_at integer,
  expires_at integer,
  cancel_requested_at integer,
  created_at integer not null,
  updated_at integer not null,
  started_at integer,
  ended_at integer,
  idempotency_key text,
  idempotency_fingerprint text,
  waits_for text,
  strike_scope text,
  strikes integer not null default 0 check (strikes >= 0),
  struck_at integer,
  constraint status_is_known check (status = 'PENDING' or status = 'IN_PROGRESS' or status = 'COMPLETED' or status = 'FAILED' or status = 'EXPIRED' or status = 'CANCELED'),
  constraint only_pending_is_due check ((status = 'PENDING') = (next_attempt_at is not null)),
  constraint only_pending_waits check (waits_for is null or status = 'PENDING'),
  constraint only_ended_has_an_end check ((status = 'PENDING' or status = 'IN_PROGRESS') = (ended_at is null)),
  constraint in_progress_was_claimed check (status <> 'IN_PROGRESS' or (started_at is not null and last_number > 0)),
  constraint key_has_a_fingerprint check ((idempotency_key is null) = (idempotency_fingerprint is null)),
  constraint variables_can_be_read check (json_type(variables) = 'object'),
  constraint metadata_can_be_read check (json_type(metadata) = 'object'),
  constraint provider_options_can_be_read check (json_type(provider_options) = 'object'),
  constraint last_error_can_be_read check (json_type(last_error) = 'object')
) strict;

-- The conditions of partial indexes leave out status where they can: a query that named it would be led to ebra_calls_by_status, and read every PENDING call.

-- Claim: the lanes of each provider ('' for calls that name none), and what is due in a lane, in the order of claims.
create index ebra_calls_due on ebra_calls (ifnull(provider, ''), priority desc, next_attempt_at, id)
  where next_attempt_at is not null and waits_for is null;

-- Claim, settle, cancel: who is next to get a number, or to pass a gate, that was waited for.
create index ebra_calls_waiting on ebra_calls (waits_for, priority desc, next_attempt_at, id) where waits_for is not null;

-- Turn: calls whose deadline has passed.
create index ebra_calls_expiring on ebra_calls (expires_at) where next_attempt_at is not null and expires_at is not null;

-- Prune: calls that ended longest ago.
create index ebra_calls_ended on ebra_calls (ended_at) where ended_at is not null;

-- Insert: the bearer of a key, once per tenant.
create unique index ebra_calls_keyed on ebra_calls (ifnull(tenant, ''), idempotency_key) where idempotency_key is not null;

-- List: by number, by script and status, by tenant and status, by status, by age.
create index ebra_calls_by_number on ebra_calls (to_number, id);
create index ebra_calls_by_script on ebra_calls (script_id, status, id);
create index ebra_calls_by_tenant on ebra_calls (tenant, status, id) where tenant is not null;
create index ebra_calls_by_status on ebra_calls (status, id);
create index ebra_calls_by_age on ebra_calls (created_at);

create table ebra_attempts (
  call_id text not null references ebra_calls (id) on delete cascade,
  number integer not null check (number >= 1),
  provider text not null,
  status text not null default 'PLACING',
  phase text check (phase = 'queued' or phase = 'ringing' or phase = 'answered'),
  outcome text,
  error text,
  details text not null default '{}',
  put_back integer not null default 0 check (put_back = 0 or put_back = 1),
  provider_call_id text,
  aliases text not null default '[]',
  provider_state text not null default '{}',
  to_number text not null,
  from_number text,
  script_id text not null,
  claimed_by text not null,
  claimed_turn integer not null,
  started_at integer not null,
  send_by integer not null,
  answer_by integer not null,
  check_at integer not null,
  last_sign_at integer not null,
  ended_at integer,
  revision integer not null default 0 check (revision >= 0),
  primary key (call_id, number),
  constraint status_is_known check (status = 'PLACING' or status = 'LIVE' or status = 'UNCONFIRMED' or status = 'HELD' or status = 'ENDED'),
  constraint only_ended_has_an_end check ((status = 'ENDED') = (ended_at is not null)),
  constraint only_ended_is_put_back check (put_back = 0 or status = 'ENDED'),
  constraint answered_after_sent check (answer_by >= send_by),
  constraint error_can_be_read check (json_type(error) = 'object'),
  constraint details_can_be_read check (json_type(details) = 'object'),
  constraint aliases_can_be_read check (json_type(aliases) = 'array'),
  constraint provider_state_can_be_read check (json_type(provider_state) = 'object')
) strict;

-- Claim: is the number busy, how many attempts are live, with which provider, and of which process.
create index ebra_attempts_live on ebra_attempts (to_number, provider, status, claimed_by) where status <> 'ENDED';

-- Checks: live attempts that somebody should look at.
create index ebra_attempts_to_check on ebra_attempts (check_at) where status <> 'ENDED';

-- Events: the attempt that a provider speaks of.
create index ebra_attempts_by_provider_id on ebra_attempts (provider, provider_call_id) where provider_call_id is not null;

create table ebra_aliases (
  provider text not null,
  alias text not null,
  call_id text not null,
  number integer not null,
  primary key (provider, alias, call_id, number),
  foreign key (call_id, number) references ebra_attempts (call_id, number) on delete cascade
) strict, without rowid;

-- Prune and put-back: the aliases that go with an attempt.
create index ebra_aliases_by_attempt on ebra_aliases (call_id, number);

create table ebra_gates (
  scope text primary key not null,
  reason text not null check (reason = 'paused' or reason = 'throttled' or reason = 'unreachable' or reason = 'blocked'),
  code text not null,
  in_a_row integer not null default 0 check (in_a_row >= 0),
  level integer not null default 0 check (level >= 0),
  closed_at integer,
  not_before integer,
  accepted_at integer,
  probe_attempt_id text,
  updated_at integer not null,
  constraint only_closed_opens_later check (closed_at is not null or (not_before is null and probe_attempt_id is null)),
  constraint only_a_pause_has_no_time check (closed_at is null or (reason = 'paused') = (not_before is null))
) strict, without rowid;

create table ebra_control (
  id integer primary key not null check (id = 1),
  configured integer check (configured >= 0),
  override integer check (override >= 0),
  dials_per_second real check (dials_per_second > 0),
  tokens real not null default 0 check (tokens >= 0),
  refilled_at integer not null default 0,
  installation_key blob,
  dropped_events integer not null default 0
) strict;
insert into ebra_control (id) values (1);

-- Processes that wanted more slots than there were, lately: among them the cap is shared.
create table ebra_contenders (
  process_id text primary key not null,
  wanted_at integer not null
) strict, without rowid;

-- How many calls are in a status, and how many ever came into it. With one writer at a time plain counters are cheap.
create table ebra_counts (
  status text primary key not null,
  present integer not null default 0,
  entered integer not null default 0
) strict, without rowid;
insert into ebra_counts (status) values ('PENDING'), ('IN_PROGRESS'), ('COMPLETED'), ('FAILED'), ('EXPIRED'), ('CANCELED');

create table ebra_parked_events (
  id integer primary key not null,
  provider text not null,
  event_id text not null,
  event text not null,
  parked_at integer not null,
  joinable_at integer,
  unique (provider, event_id)
) strict;

-- Joining: events that name an attempt which exists.
create index ebra_parked_events_joinable on ebra_parked_events (joinable_at) where joinable_at is not null;

-- Sweep: the oldest.
create index ebra_parked_events_by_age on ebra_parked_events (parked_at);

create table ebra_parked_names (
  provider text not null,
  name text not null,
  parked_id integer not null references ebra_parked_events (id) on delete cascade,
  primary key (provider, name, parked_id)
) strict, without rowid;

-- Unparking: the names that go with an event.
create index ebra_parked_names_by_event on ebra_parked_names (parked_id);

-- By day, so that a week can be dropped without an index on time. The key is the first half of a SHA-256.
create table ebra_seen_events (
  day integer not null,
  key blob not null,
  seen_at integer not null,
  primary key (day, key)
) strict, without rowid;
`,
}
