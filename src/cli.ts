import 'reflect-metadata';
import { Command, Option } from 'commander';
import type { TokenOptions } from './cli/people.js';
import type { Desk, SessionOptions } from './cli/session.js';
import { runProgram } from './cli/run-program.js';

/**
 * The operator's command line: `npm run desk -- <command>`, beside a running desk or without one.
 * Each command loads what it needs when it runs, so that help and refusals come at once.
 */
const program = new Command('desk')
  .usage('<command>, in a checkout: npm run desk -- <command>')
  .description('Looks after the companies, people and database of this desk.')
  .option('--verbose', 'log lines on standard error');

const OF_COMPANY = ['--company <subdomain>', 'whose person (default: BOOTSTRAP_COMPANY)'] as const;

interface OfCompany {
  company?: string;
}

/** Runs a command on the desk's database. */
async function onDesk(work: (desk: Desk) => Promise<void>, options: SessionOptions = {}): Promise<void> {
  const { withDesk } = await import('./cli/session.js');
  await withDesk({ ...program.opts<SessionOptions>(), ...options }, work);
}

const companies = program.command('company').description('make, list and set companies');
companies
  .command('create <subdomain>')
  .description('make a company; admin create gives it an admin')
  .option('--name <name>', 'its name (default: the subdomain with a capital)')
  .action(async (subdomain: string, { name }: { name?: string }) => {
    const { makeCompany } = await import('./cli/people.js');
    await onDesk((desk) => makeCompany(desk, subdomain, name));
  });
companies
  .command('list')
  .description('list the companies')
  .action(async () => {
    const { listCompanies } = await import('./cli/companies.js');
    await onDesk(listCompanies);
  });
companies
  .command('set <subdomain>')
  .description('change the settings of a company')
  .addOption(
    new Option('--team-visibility <which>', 'which tickets agents and collaborators see: of all teams, or of none and their own')
      .choices(['all', 'own'])
      .makeOptionMandatory(),
  )
  .action(async (subdomain: string, { teamVisibility }: { teamVisibility: 'all' | 'own' }) => {
    const { setTeamVisibility } = await import('./cli/companies.js');
    await onDesk((desk) => setTeamVisibility(desk, subdomain, teamVisibility));
  });

program
  .command('admin')
  .description('make admins')
  .command('create <email>')
  .description('make an admin and print his API token, this once')
  .option(...OF_COMPANY)
  .option('--name <name>', 'his name', 'Admin')
  .action(async (email: string, { company, name }: OfCompany & { name: string }) => {
    const { makeAdmin } = await import('./cli/people.js');
    await onDesk((desk) => makeAdmin(desk, company ?? desk.env.BOOTSTRAP_COMPANY, { email, name }));
  });

program
  .command('token')
  .description('make API tokens')
  .command('create <email>')
  .description('make a token for the person of the address and print it, this once')
  .option(...OF_COMPANY)
  .option('--name <name>', 'what it is for', 'made by the operator')
  .option('--scopes <list>', 'what it may do, comma separated (default: everything that the person may)')
  .option('--expires <time>', 'when it ends, such as 2030-01-31T12:00:00Z (default: never)')
  .action(async (email: string, { company, ...options }: OfCompany & TokenOptions) => {
    const { makeToken } = await import('./cli/people.js');
    await onDesk((desk) => makeToken(desk, company ?? desk.env.BOOTSTRAP_COMPANY, email, options));
  });

program
  .command('migrate')
  .description('bring the schema of the database up to date')
  .option('--check', 'change nothing, and exit with 1 when something is pending')
  .action(async ({ check }: { check?: boolean }) => {
    const { checkMigrations, runMigrations } = await import('./cli/schema.js');
    await onDesk(check ? checkMigrations : runMigrations, { schema: 'any' });
  });

program
  .command('doctor')
  .description('check everything that a desk needs')
  .action(async () => {
    const { runDoctor } = await import('./cli/doctor.js');
    await runDoctor(program.opts<SessionOptions>());
  });

await runProgram(program);
