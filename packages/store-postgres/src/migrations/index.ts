import { tables } from './001-tables.ts'
import { foundations } from './002-foundations.ts'
import { insertCalls } from './003-insert-calls.ts'
import { changeCalls } from './004-change-calls.ts'
import { turnWrites } from './005-turn-writes.ts'
import { events } from './006-events.ts'
import { gates } from './007-gates.ts'
import { room } from './008-room.ts'
import { claimQueue } from './009-claim-queue.ts'
import { claim } from './010-claim.ts'
import { commitTurn } from './011-commit-turn.ts'
import { checksAndControl } from './012-checks-and-control.ts'
import { upkeep } from './013-upkeep.ts'
import type { Migration } from './migration.ts'

/** Every migration, oldest first. */
export const migrations: readonly Migration[] = [
  tables,
  foundations,
  insertCalls,
  changeCalls,
  turnWrites,
  events,
  gates,
  room,
  claimQueue,
  claim,
  commitTurn,
  checksAndControl,
  upkeep,
]
