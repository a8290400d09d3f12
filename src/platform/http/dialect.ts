import type { Request, Response } from 'express';

export interface ErrorAnswer {
  status: number;
  body: Record<string, unknown>;
  headers?: Record<string, string>;
}

/** What an address does in its own way when it speaks another dialect than REST. */
export interface Dialect {
  /** Reads a form, and the fields of a multipart body, whose files are dropped. */
  readForm: (text: string) => Record<string, unknown>;
  /** Takes the credentials out of a body that has been read; what is left is the input. */
  takeToken?: (req: Request, body: Record<string, unknown>) => Record<string, unknown>;
  /** What it answers to an error for which REST would answer `rest`. */
  presentError: (error: unknown, rest: ErrorAnswer) => ErrorAnswer;
  /** Sends it. Left out: as JSON. */
  sendError?: (res: Response, answer: ErrorAnswer) => void;
}
