import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { Member } from './desk.js';
import { until } from './until.js';

export interface StreamedEvent {
  /** The cursor. */
  id: string;
  event: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests know what an event holds
  data: any;
}

export interface StreamOptions {
  /** What stands behind `/events/stream`, as in `?types=ticket.*`. */
  query?: string;
  lastEventId?: string;
  headers?: Record<string, string>;
}

/** A client of the live event log; it understands Server-Sent Events as browsers do. */
export class EventStreamClient {
  readonly events: StreamedEvent[] = [];
  lastEventId = '';
  retry = 0;
  comments = 0;
  hasEnded = false;
  private rest = '';

  private constructor(private readonly res: IncomingMessage) {
    res.setEncoding('utf8');
    res.on('data', (chunk: string) => this.take(chunk));
    res.on('close', () => (this.hasEnded = true));
    res.on('error', () => undefined);
  }

  /** Opens a stream and waits until it has begun; throws `StreamRefused` when it does not. */
  static async open(url: string, member: Pick<Member, 'token'> | null, options: StreamOptions = {}): Promise<EventStreamClient> {
    const { query = '', lastEventId, headers = {} } = options;
    const req = request(`${url}/events/stream${query}`, {
      agent: false,
      headers: {
        ...(member && { authorization: `Bearer ${member.token}` }),
        ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
        ...headers,
      },
    });
    req.end();
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    req.on('error', () => undefined);
    if (res.statusCode !== 200) throw await refusalOf(res);
    const client = new EventStreamClient(res);
    await until(() => client.lastEventId !== '' || client.hasEnded, 'the beginning of the stream');
    return client;
  }

  get headers(): IncomingMessage['headers'] {
    return this.res.headers;
  }

  get ids(): number[] {
    return this.events.map(({ data }) => (data as { id: number }).id);
  }

  get types(): string[] {
    return this.events.map(({ event }) => event);
  }

  /** Waits until so many events have come. */
  async received(count: number): Promise<void> {
    await until(() => this.events.length >= count || this.hasEnded, `event ${count} of the stream`);
  }

  async ended(): Promise<void> {
    await until(() => this.hasEnded, 'the end of the stream');
  }

  /** Takes nothing more from the socket. */
  pause(): void {
    this.res.pause();
  }

  resume(): void {
    this.res.resume();
  }

  close(): void {
    this.res.destroy();
  }

  private take(chunk: string): void {
    const blocks = (this.rest + chunk).split('\n\n');
    this.rest = blocks.pop() ?? '';
    blocks.forEach((block) => this.read(block));
  }

  private read(block: string): void {
    let event = 'message';
    const data: string[] = [];
    for (const line of block.split('\n')) {
      const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      if (field === '') this.comments++;
      else if (field === 'id') this.lastEventId = value;
      else if (field === 'event') event = value;
      else if (field === 'data') data.push(value);
      else if (field === 'retry') this.retry = Number(value);
      else throw new Error(`the stream has a line that means nothing: ${line}`);
    }
    if (data.length > 0) this.events.push({ id: this.lastEventId, event, data: JSON.parse(data.join('\n')) });
  }
}

export class StreamRefused extends Error {
  constructor(
    readonly status: number,
    readonly headers: IncomingMessage['headers'],
    readonly body: { error?: string },
  ) {
    super(`the stream was refused: ${status} ${body.error ?? ''}`);
  }
}

async function refusalOf(res: IncomingMessage): Promise<StreamRefused> {
  let text = '';
  for await (const chunk of res) text += String(chunk);
  return new StreamRefused(res.statusCode ?? 0, res.headers, JSON.parse(text) as { error?: string });
}

/** Why a stream is not opened. */
export async function refusal(...given: Parameters<typeof EventStreamClient.open>): Promise<StreamRefused> {
  const opened = await EventStreamClient.open(...given).catch((error: unknown) => error);
  if (opened instanceof StreamRefused) return opened;
  if (opened instanceof EventStreamClient) opened.close();
  throw new Error(`the stream was not refused: ${String(opened)}`);
}
