// The numbers 555-0100 to 555-0199 of every area code are set aside for fiction: no row can name a person.
const numbersPerArea = 100
const areaCodes = [
  201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228, 229, 231, 234, 239, 240,
]
const scripts = ['renewal', 'appointment', 'survey']
const firstNames = ['Ada', 'Grace', 'Alan', 'Edsger', 'Barbara', 'Donald', 'Radia', 'Tony', 'Frances', 'Leslie']
const lastNames = ['Lovelace', 'Hopper', 'Turing', 'Dijkstra', 'Liskov', 'Knuth', 'Perlman', 'Hoare', 'Allen', 'Lamport']

/** How a row goes wrong that somebody typed. */
const mistakes: readonly ((row: Row) => string)[] = [
  (row) => line({ ...row, to: row.to.slice(1) }),
  (row) => line({ ...row, to: row.to.slice(0, 5) }),
  (row) => line({ ...row, to: row.to.replace('555', 'KLO') }),
  (row) => line({ ...row, to: '' }),
  (row) => line({ ...row, scriptId: '' }),
  (row) => `${row.to};${row.scriptId};${row.customerId};${row.name}`,
]

interface Row {
  readonly to: string
  readonly scriptId: string
  readonly customerId: number
  readonly name: string
}

/** The text of a CSV file in which every fiftieth row is wrong. The same number of rows makes the same list. */
export function makeUpList(rows: number): string {
  const body = Array.from({ length: rows }, (_, index) => {
    const isWrong = index % 50 === 49
    const mistake = mistakes[Math.floor(index / 50) % mistakes.length]
    return isWrong && mistake !== undefined ? mistake(row(index)) : line(row(index))
  })
  return ['to,scriptId,customerId,name', ...body, ''].join('\n')
}

function row(index: number): Row {
  const number = 5_550_100 + (index % numbersPerArea)
  return {
    to: `+1${at(areaCodes, Math.floor(index / numbersPerArea))}${number}`,
    scriptId: at(scripts, index),
    customerId: 1_001 + index,
    name: `${at(firstNames, index)} ${at(lastNames, Math.floor(index / 7))}`,
  }
}

function line({ to, scriptId, customerId, name }: Row): string {
  return `${to},${scriptId},${customerId},${name}`
}

function at<TItem>(items: readonly TItem[], index: number): TItem {
  return items[index % items.length] as TItem
}
