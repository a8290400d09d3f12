import { Client, type buildConnector } from 'undici';

/** Dials until the signal says that nobody waits for it any more. */
export type Dialler = (signal: AbortSignal) => buildConnector.connector;

interface Connection {
  client: Client;
  isOpen: boolean;
  close(reason?: Error): void;
}

/** What there is to one origin. */
interface Place {
  idle: Connection[];
  busy: number;
  waiting: (() => void)[];
}

const MOST_PER_ORIGIN = 20;
// A server that closes an idle connection just as we use it costs a delivery; most keep them for five seconds.
const IDLE_MS = 2_000;
const MAX_HEAD_BYTES = 16 * 1024;

/**
 * Connections that are kept for the next exchange with the same origin, a bounded number for each. They are undici clients, and not one of
 * its pools: there an exchange that is given up leaves its connection being dialled, and even has another one opened (undici #5845).
 */
export class Connections {
  private readonly places = new Map<string, Place>();

  constructor(private readonly dialler: Dialler) {}

  /**
   * Runs an exchange on a connection of its own, waiting for one if need be. The connection is kept only if the answer was read to its end;
   * the signal closes it at once, and `exchange` then fails with the signal's reason.
   */
  async use<Answer extends { isCut: boolean }>(
    origin: string,
    signal: AbortSignal,
    exchange: (client: Client) => Promise<Answer>,
  ): Promise<Answer> {
    const place = this.placeOf(origin);
    await turn(place, signal);
    const connection = place.idle.pop() ?? this.open(origin, place);
    const giveUp = () => connection.close(reasonOf(signal));
    signal.addEventListener('abort', giveUp);
    let isClean = false;
    try {
      signal.throwIfAborted();
      const answer = await exchange(connection.client);
      isClean = !answer.isCut && !signal.aborted;
      return answer;
    } finally {
      signal.removeEventListener('abort', giveUp);
      if (isClean && connection.isOpen) place.idle.push(connection);
      else connection.close();
      this.leave(origin, place);
    }
  }

  /** Closes what is idle; connections in use are closed by their signals. */
  closeIdle(): void {
    for (const { idle } of this.places.values()) for (const connection of idle.splice(0)) connection.close();
  }

  private placeOf(origin: string): Place {
    const place = this.places.get(origin) ?? { idle: [], busy: 0, waiting: [] };
    this.places.set(origin, place);
    return place;
  }

  private leave(origin: string, place: Place): void {
    const next = place.waiting.shift();
    // Whoever waits takes over the place in the count.
    if (next !== undefined) next();
    else place.busy--;
    this.forgetEmpty(origin, place);
  }

  private open(origin: string, place: Place): Connection {
    const dialling = new AbortController();
    const client = new Client(origin, {
      connect: this.dialler(dialling.signal),
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      maxHeaderSize: MAX_HEAD_BYTES,
      // Exchanges have a wall clock.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const close = (reason?: Error) => {
      void client.destroy(reason ?? null);
      dialling.abort();
    };
    const connection: Connection = { client, isOpen: false, close };
    client.on('connect', () => {
      connection.isOpen = true;
    });
    client.on('disconnect', () => {
      connection.isOpen = false;
      const index = place.idle.indexOf(connection);
      if (index < 0) return;
      place.idle.splice(index, 1);
      close();
      this.forgetEmpty(origin, place);
    });
    return connection;
  }

  private forgetEmpty(origin: string, place: Place): void {
    if (place.busy === 0 && place.idle.length === 0 && this.places.get(origin) === place) this.places.delete(origin);
  }
}

/** Waits until one more may be busy; throws the signal's reason when that takes too long. */
async function turn(place: Place, signal: AbortSignal): Promise<void> {
  if (place.busy < MOST_PER_ORIGIN) {
    place.busy++;
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const giveUp = () => {
      place.waiting.splice(place.waiting.indexOf(next), 1);
      reject(reasonOf(signal));
    };
    const next = () => {
      signal.removeEventListener('abort', giveUp);
      resolve();
    };
    place.waiting.push(next);
    signal.addEventListener('abort', giveUp);
  });
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('given up');
}
