import type { Request } from 'express';
import type { Dialect } from './dialect.js';

/** Where a request carried its token, which decides how a refusal is worded. */
export type TokenPlace = 'header' | 'parameter' | 'none';

/** An Express request after the desk's own middlewares; each fills in what stands here. */
export interface DeskRequest extends Request {
  id: string;
  tokenPlace?: TokenPlace;
  /** Left out where the address speaks REST. */
  dialect?: Dialect;
}
