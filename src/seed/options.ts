import { InvalidArgumentError, type Command } from 'commander';

/** How much of everything; see the help text of each. */
export interface SeedOptions {
  tickets: number;
  company: string;
  customers: number;
  agents: number;
  labels: number;
  archived: number;
  messages: number;
  seed: string;
}

const CUSTOMERS_PER_TICKET = 0.1;

/** The same as the command line gives it. */
export interface GivenOptions extends Omit<SeedOptions, 'company' | 'customers'> {
  company?: string;
  customers?: number;
}

export function declareOptions(command: Command): void {
  command
    .requiredOption('--tickets <n>', 'how many tickets', whole(0, 100_000_000))
    .option('--company <subdomain>', 'whose desk; made with an admin when there is none (default: BOOTSTRAP_COMPANY)')
    .option('--customers <n>', 'how many customers (default: a tenth of the tickets, at least 10)', whole(1, 10_000_000))
    .option('--agents <n>', 'how many agents, every tenth an admin; collaborators come on top', whole(1, 1000), 10)
    .option('--labels <n>', 'how many labels', whole(0, 1000), 20)
    .option('--archived <share>', 'which share of the tickets is archived', share, 0.8)
    .option('--messages <mean>', 'messages of a ticket on average, opening and notes included', mean, 3)
    .option('--seed <text>', 'the same seed and options make the same data', '1');
}

export function seedOptions({ tickets, company, customers, ...given }: GivenOptions, bootstrapCompany: string): SeedOptions {
  const fewest = Math.max(10, Math.ceil(tickets * CUSTOMERS_PER_TICKET));
  return { ...given, tickets, company: company ?? bootstrapCompany, customers: customers ?? fewest };
}

function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Must be a whole number from ${min} to ${max}.`);
  };
}

function share(text: string): number {
  const value = Number(text);
  if (/^[\d.]+$/.test(text) && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('Must be a number from 0 to 1.');
}

function mean(text: string): number {
  const value = Number(text);
  if (/^[\d.]+$/.test(text) && value >= 1 && value <= 50) return value;
  throw new InvalidArgumentError('Must be a number from 1 to 50.');
}
