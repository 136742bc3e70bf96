import { library } from '../../tsup.base.ts'

export default library({
  index: 'src/index.ts',
  ledger: 'src/ledger/index.ts',
  postgres: 'src/postgres/index.ts',
  'postgres-setup': 'src/postgres/setup.ts',
  'bin-ledger': 'src/ledger/bin-ledger.ts',
  'bin-orphan-guard': 'src/postgres/bin-orphan-guard.ts',
})
