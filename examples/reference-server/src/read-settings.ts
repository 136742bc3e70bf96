import { readEnvironment } from './environment.ts'
import { type Settings, settingsFrom } from './settings.ts'

/** The environment does not describe a service; the message names every problem. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

/** Reads the settings from the environment and from `.env` in the current folder, if there is one; what both set is taken from the environment. Throws a SettingsError. */
export function readSettings(): Settings {
  loadEnvFile()
  const reading = readEnvironment(process.env)
  if (reading.kind === 'environment') return settingsFrom(reading.environment)
  throw new SettingsError(['the environment is not right.', ...reading.problems].join('\n  '))
}

function loadEnvFile(): void {
  try {
    process.loadEnvFile()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const isMissing = 'code' in error && error.code === 'ENOENT'
    if (!isMissing) throw new SettingsError(`the file .env cannot be read: ${error.message}`, { cause: error })
  }
}
