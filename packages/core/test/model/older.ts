import { oldest, type Settings } from './settings.ts'
import type { Answer, Read, State, Worker } from './state.ts'

/** The same a tick later. What has been under way for too long never arrives. */
export function older(state: State, settings: Settings): State {
  const { placeTimeout } = settings
  const aged = <TSilent extends { readonly silence: number }>(silent: TSilent): TSilent => ({
    ...silent,
    silence: Math.min(silent.silence + 1, settings.stale),
  })
  return {
    call: state.call,
    attempts: state.attempts.map((row) => ({ ...row, age: Math.min(row.age + 1, oldest(settings)), fields: aged(row.fields) })),
    dials: state.dials.map((dial) => ({ ...dial, age: dial.age + 1 })),
    strays: state.strays.flatMap((post) => (post.age < placeTimeout ? [{ ...post, age: post.age + 1 }] : [])),
    workers: state.workers.map((worker) => olderWorker(worker, aged, placeTimeout)),
  }
}

type Aged = <TSilent extends { readonly silence: number }>(silent: TSilent) => TSilent

function olderWorker(worker: Worker, aged: Aged, placeTimeout: number): Worker {
  switch (worker.does) {
    case 'nothing':
    case 'wonder':
      return worker
    case 'dial':
      return { ...worker, read: olderRead(worker.read, aged) }
    case 'wait':
      return { ...worker, read: olderRead(worker.read, aged), answer: olderAnswer(worker.answer, placeTimeout) }
    case 'listen':
      return { ...worker, glance: aged(worker.glance), answer: olderAnswer(worker.answer, placeTimeout) }
    case 'check':
    case 'repeat':
    case 'ask':
      return { ...worker, glance: aged(worker.glance) }
    case 'tell':
      return { ...(worker.news === 'lost' ? aged(worker) : worker), read: worker.read === null ? null : olderRead(worker.read, aged) }
  }
}

function olderRead(read: Read, aged: Aged): Read {
  return { ...read, fields: aged(read.fields) }
}

function olderAnswer(answer: Answer, placeTimeout: number): Answer {
  if (typeof answer !== 'number') return answer
  return answer < placeTimeout ? answer + 1 : 'none'
}
