import type { Migration } from './migration.ts'

/**
 * The tables of the queue. Instants keep milliseconds, as a `Date` does. JSON is `json`, never `jsonb`, so that it comes back as it was given. Text that is compared is
 * compared by its bytes, so that no index depends on the locales of the machine.
 *
 * What a worker could not read must not get in, by whomever: a claim that meets it would fail, again and again, and everybody would wait behind it.
 *
 * Tables that move are left room on their pages (`fillfactor`): a new version of a row then lands beside the old one, and the log carries only what differs.
 */
export const tables: Migration = {
  number: 1,
  name: 'tables',
  minCode: 1,
  sql: `
create table ebra.calls (
  id uuid primary key,
  created_at timestamptz(3) not null,
  retry_of uuid,

  -- Where it stands. These columns lie side by side: the log of a move spans them, and leaves out what comes before and after.
  status text collate "C" not null default 'PENDING',
  waits_for text collate "C" not null default '',
  live_number text collate "C",
  live_with integer,
  attempts smallint not null default 0,
  last_number integer not null default 0,
  next_attempt_at timestamptz(3),
  outcome text,
  last_error json,
  strike_scope text collate "C",
  strikes smallint not null default 0,
  struck_at timestamptz(3),
  cancel_requested_at timestamptz(3),
  updated_at timestamptz(3) not null,
  started_at timestamptz(3),
  ended_at timestamptz(3),

  -- What to dial, and when.
  tenant text collate "C",
  to_number text collate "C" not null,
  from_number text collate "C",
  script_id text collate "C" not null,
  provider text collate "C",
  priority smallint not null,
  exclusive boolean not null,
  max_attempts smallint not null,
  scheduled_at timestamptz(3),
  expires_at timestamptz(3),
  variables json not null,
  metadata json not null,
  provider_options json not null,
  idempotency_key text collate "C",
  idempotency_fingerprint text collate "C",

  constraint status_is_known check (status in ('PENDING', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'EXPIRED', 'CANCELED')),
  constraint only_pending_is_due check ((status = 'PENDING') = (next_attempt_at is not null)),
  constraint only_pending_waits check (waits_for = '' or status = 'PENDING'),
  constraint only_ended_has_an_end check ((status in ('PENDING', 'IN_PROGRESS')) = (ended_at is null)),
  constraint only_in_progress_is_live check ((status = 'IN_PROGRESS') = (live_number is not null)),
  constraint live_was_claimed check (live_number is null or (started_at is not null and last_number > 0)),
  constraint attempts_are_numbered check (attempts between 0 and last_number),
  constraint priority_is_bounded check (priority between -100 and 100),
  constraint one_attempt_is_allowed check (max_attempts >= 1),
  constraint key_has_a_fingerprint check ((idempotency_key is null) = (idempotency_fingerprint is null)),
  constraint json_can_be_read check (
    json_typeof(variables) = 'object' and json_typeof(metadata) = 'object' and json_typeof(provider_options) = 'object' and json_typeof(last_error) = 'object'
  ),
  constraint instants_can_be_read check (isfinite(scheduled_at) and isfinite(next_attempt_at) and isfinite(expires_at))
) with (
  fillfactor = 50,
  -- What was claimed stays at the head of the index of due calls until a vacuum: it may not wait until a fifth of all calls has moved, nor leave the indexes for later.
  autovacuum_vacuum_scale_factor = 0.01,
  autovacuum_vacuum_threshold = 1000,
  vacuum_index_cleanup = on
);

comment on column ebra.calls.waits_for is
  'Empty: nothing but its turn. A number: until no attempt to it is live. "other:<provider>": a process that has the provider. '
  '"full:<provider>": a free place there. Anything else: the gate of that scope.';

comment on column ebra.calls.live_number is 'The number that its live attempt dials, which holds a slot and that number. Null: there is no live attempt.';
comment on column ebra.calls.live_with is 'The process that claimed its live attempt, by hashtext of its id: short, since every claim logs it.';

-- Claim: is a number busy, how many slots are taken, and with whom. List: calls in progress. They are in no other index for lists, since they leave it so soon.
create index calls_live on ebra.calls (live_number) include (live_with) where live_number is not null;

-- Claim: what is due in a line, in the order of claims. Release: who is next to get a number. Metrics: the oldest.
create index calls_due on ebra.calls (waits_for, priority desc, next_attempt_at, id) where status = 'PENDING';

-- Turn: calls whose deadline has passed.
create index calls_expiring on ebra.calls (expires_at) where status = 'PENDING' and expires_at is not null;

-- Insert: the bearer of a key, once per tenant.
create unique index calls_keyed on ebra.calls (idempotency_key, tenant) nulls not distinct where idempotency_key is not null;

-- List: by status, by number, by tenant. Newest first is the order of the ids. Prune: of each status the oldest.
create index calls_by_status on ebra.calls (status, id) where live_number is null;
create index calls_by_number on ebra.calls (to_number, id) where live_number is null;
create index calls_by_tenant on ebra.calls (tenant, id) where tenant is not null;

-- List: by age. The rows lie in the order of time, as long as no page is used again, so ranges of pages tell enough, at no cost to whoever moves a call.
create index calls_by_age on ebra.calls using brin (created_at) with (pages_per_range = 32);

create table ebra.attempts (
  call_id uuid not null,
  number integer not null,
  started_at timestamptz(3) not null,
  send_by timestamptz(3) not null,
  answer_by timestamptz(3) not null,
  claimed_turn bigint not null,
  claimed_by text collate "C" not null,
  provider text collate "C" not null,
  to_number text collate "C" not null,
  from_number text collate "C",
  script_id text collate "C" not null,

  -- What became of it, side by side as in calls.
  status text collate "C" not null default 'PLACING',
  revision integer not null default 0,
  check_at timestamptz(3) not null,
  last_sign_at timestamptz(3) not null,
  ended_at timestamptz(3),
  phase text,
  outcome text,
  put_back boolean not null default false,
  provider_call_id text collate "C",
  aliases text[] collate "C",
  error json,
  provider_state json not null default '{}',
  details json not null default '{}',
  duration_sec double precision generated always as ((details ->> 'durationSec')::double precision) stored,

  primary key (call_id, number),
  constraint status_is_known check (status in ('PLACING', 'LIVE', 'UNCONFIRMED', 'HELD', 'ENDED')),
  constraint only_ended_has_an_end check ((status = 'ENDED') = (ended_at is not null)),
  constraint only_ended_is_put_back check (not put_back or status = 'ENDED'),
  constraint answered_after_sent check (answer_by >= send_by),
  constraint numbers_begin_at_one check (number >= 1),
  constraint json_can_be_read check (json_typeof(error) = 'object' and json_typeof(details) = 'object' and json_typeof(provider_state) = 'object')
) with (fillfactor = 50);

-- By which ids a provider may speak of an attempt. The key is a hash (ebra.key_of), proven against the attempt where it matters.
create table ebra.provider_ids (
  key uuid not null,
  call_id uuid not null,
  number integer not null
);
alter table ebra.provider_ids replica identity full;

-- Events: the attempt that a provider speaks of.
create index provider_ids_by_key on ebra.provider_ids (key);

-- Events that changed something, or nothing, by hashes of their names. One that is noted twice by two turns at once is merely there twice.
create table ebra.seen_events (
  key uuid not null,
  seen_at timestamptz(3) not null
);
alter table ebra.seen_events replica identity full;

-- Events: was it seen before.
create index seen_events_by_key on ebra.seen_events (key);

-- Sweep: those of more than a week ago, in the ranges of pages that have some, at no cost to whoever inserts.
create index seen_events_by_age on ebra.seen_events using brin (seen_at);

-- Events whose attempt is not known yet. The keys are those of the ids that an event names, and the ids of calls.
create table ebra.parked_events (
  key uuid primary key,
  provider text not null,
  event json not null,
  attempt_call_id uuid,
  attempt_number integer,
  call_id uuid,
  keys uuid[] not null,
  parked_at timestamptz(3) not null,
  position integer not null,
  is_joinable boolean not null default false,
  looked_at timestamptz(3) not null default '-infinity'
);

-- Joining: events that name something that exists.
create index parked_events_joinable on ebra.parked_events (parked_at, position) where is_joinable;

-- Turn: the events that were waiting for an id which is recorded now.
create index parked_events_by_key on ebra.parked_events using gin (keys) where not is_joinable;

-- Joining: those that were parked just now. Sweep: the oldest.
create index parked_events_by_age on ebra.parked_events (parked_at, position);

create table ebra.gates (
  scope text collate "C" primary key,
  reason text not null,
  code text not null,
  in_a_row integer not null default 0,
  level smallint not null default 0,
  closed_at timestamptz(3),
  not_before timestamptz(3),
  accepted_at timestamptz(3),
  probe_call_id uuid,
  probe_number integer,
  updated_at timestamptz(3) not null,
  constraint reason_is_known check (reason in ('paused', 'throttled', 'unreachable', 'blocked')),
  constraint only_closed_opens_later check (closed_at is not null or (not_before is null and probe_call_id is null)),
  constraint only_a_pause_has_no_time check (closed_at is null or (reason = 'paused') = (not_before is null)),
  constraint a_probe_has_a_number check ((probe_call_id is null) = (probe_number is null))
);

-- One row: the cap and the pace of the fleet. Written under the lock of the cap only.
create table ebra.control (
  is_only boolean primary key default true check (is_only),
  configured integer check (configured >= 0),
  override integer check (override >= 0),
  dials_per_second double precision check (dials_per_second > 0),
  tokens double precision not null default 0,
  refilled_at timestamptz(3)
);
insert into ebra.control default values;

-- Processes that wanted more slots than there were, lately: among them the cap is shared. Written under the lock of the cap only.
create table ebra.contenders (
  process_id text collate "C" primary key,
  wanted_at timestamptz(3) not null
);

-- One row: the secret under which attempts in URLs are tagged, made of 244 random bits, how many parked events were dropped, and when seen events were last forgotten.
create table ebra.installation (
  is_only boolean primary key default true check (is_only),
  key bytea not null default sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) check (length(key) = 32),
  dropped_events bigint not null default 0,
  forgot_seen_at timestamptz(3) not null default '-infinity'
);
insert into ebra.installation default values;

-- How many calls went from which status to which; no status means that they were not there. Counts are sums over this: whoever moves calls adds a line and locks none,
-- so that a host's open transaction never holds up the fleet. Lines are added up from time to time.
create table ebra.moves (
  from_status text collate "C",
  to_status text collate "C",
  calls bigint not null
);
alter table ebra.moves replica identity full;
`,
}
