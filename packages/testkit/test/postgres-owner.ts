import { Client } from 'pg'
import { startPostgres } from '../src/postgres/index.ts'

const { connectionString } = await startPostgres()
const client = new Client({ connectionString })
await client.connect()
const { rows } = await client.query<{ data_directory: string }>('show data_directory')
await client.end()
process.stdout.write(JSON.stringify({ connectionString, folder: rows[0]?.data_directory }))
