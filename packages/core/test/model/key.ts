import type { AttemptFields, CallRow, Read, State, Worker } from './state.ts'

/** The name of a state: two states with one name are one. Short, since hundreds of thousands of them are compared. */
export function keyOf({ call, attempts, dials, workers, strays }: State): string {
  let key = textOfCall(call)
  for (const { age, fields, isHostsWord, left } of attempts) key += `|${age}${textOfFields(fields)}${isHostsWord ? 'h' : ''}${left ?? ''}`
  for (const { state, rings, age } of dials) key += `|${state}${rings}.${age}`
  for (const worker of workers) key += `|${textOfWorker(worker)}`
  for (const { number, age } of strays) key += `|${number}.${age}`
  return key
}

/** What a worker is at. */
export function textOfWorker(worker: Worker): string {
  switch (worker.does) {
    case 'nothing':
      return ''
    case 'wonder':
      return `wonder${worker.number}`
    case 'dial':
      return `d${worker.number}${textOfRead(worker.read)}`
    case 'wait':
      return `w${worker.number}${worker.answer}${textOfRead(worker.read)}`
    case 'listen':
      return `l${worker.number}${worker.answer}${worker.glance.silence}`
    case 'check':
    case 'repeat':
    case 'ask':
      return `${worker.does[0]}${worker.number}${worker.glance.status[0]}${worker.glance.phase?.[0] ?? '-'}${worker.glance.silence}`
    case 'tell':
      return `t${worker.number}${worker.news}${worker.silence}${worker.read === null ? '' : textOfRead(worker.read)}`
  }
}

/** A row as it was read. */
export function textOfRead({ fields, call, isLatest }: Read): string {
  return `[${textOfFields(fields)}${textOfCall(call)}${isLatest ? 'l' : ''}]`
}

/** The statuses of an attempt, and its phases, all begin differently. */
function textOfFields({ status, phase, outcome, error, putBack, revision, silence }: AttemptFields): string {
  return `${status[0]}${phase?.[0] ?? '-'}${outcome ?? '-'}${error?.code ?? '-'}${putBack ? 'b' : '-'}${revision}${silence}`
}

function textOfCall({ status, attempts, isCanceled }: CallRow): string {
  return `${status[0]}${status[1]}${attempts}${isCanceled ? 'c' : ''}`
}
