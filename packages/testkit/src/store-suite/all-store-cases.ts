import { callMoves, putBacks } from './cases/call-moves.ts'
import { canceling, cancelingMany } from './cases/canceling.ts'
import { capacity, fleetCapacity } from './cases/capacity.ts'
import { checking, fleetChecks } from './cases/checking.ts'
import { claiming, claimOrder, claimProviders, deadlines } from './cases/claiming.ts'
import { control, fleetControl } from './cases/control.ts'
import { databaseTime } from './cases/database-time.ts'
import { abandonedTurns, expiring } from './cases/expiring.ts'
import { foretelling } from './cases/foretelling.ts'
import { erasing, pruning, sweeping } from './cases/forgetting.ts'
import { gateProbes, strikes } from './cases/gate-probes.ts'
import { closedGates, countingGates, fleetGates, gateTimes } from './cases/gates.ts'
import { hostTransactions } from './cases/host-transactions.ts'
import { fleetKeys, idempotencyKeys, inserting } from './cases/inserting.ts'
import { listing, paging } from './cases/listing.ts'
import { metrics } from './cases/metrics.ts'
import { nextDue } from './cases/next-due.ts'
import { busyNumbers } from './cases/numbers.ts'
import { opening, openingInAFleet, waking } from './cases/opening.ts'
import { pace } from './cases/pace.ts'
import { parking, seenEvents } from './cases/parking.ts'
import { fleetHistories, randomHistories } from './cases/random-histories.ts'
import { reading } from './cases/reading.ts'
import { sharing } from './cases/sharing.ts'
import { updating } from './cases/updating.ts'
import { waitingForNumbers } from './cases/waiting.ts'
import { fleetWriting, writing } from './cases/writing.ts'
import type { StoreCase } from './store-case.ts'

/** What the Store port promises, sentence by sentence, in the order in which a call meets it. */
export const allStoreCases: readonly StoreCase[] = [
  ...opening,
  ...openingInAFleet,
  ...inserting,
  ...idempotencyKeys,
  ...fleetKeys,
  ...hostTransactions,
  ...reading,
  ...listing,
  ...paging,
  ...updating,
  ...canceling,
  ...cancelingMany,
  ...claiming,
  ...claimOrder,
  ...deadlines,
  ...claimProviders,
  ...capacity,
  ...fleetCapacity,
  ...sharing,
  ...pace,
  ...busyNumbers,
  ...waitingForNumbers,
  ...writing,
  ...fleetWriting,
  ...foretelling,
  ...callMoves,
  ...putBacks,
  ...expiring,
  ...abandonedTurns,
  ...closedGates,
  ...gateTimes,
  ...countingGates,
  ...gateProbes,
  ...strikes,
  ...fleetGates,
  ...control,
  ...fleetControl,
  ...nextDue,
  ...parking,
  ...seenEvents,
  ...checking,
  ...fleetChecks,
  ...metrics,
  ...erasing,
  ...pruning,
  ...sweeping,
  ...waking,
  ...databaseTime,
  ...randomHistories,
  ...fleetHistories,
]
