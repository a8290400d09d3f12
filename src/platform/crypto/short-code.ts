import { randomInt } from 'node:crypto';

const SIGNS = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const LENGTH = 8;

/** What may name an object that programs name themselves (rpc-conventions.md section 2). */
export const CODE = /^[\w-]{1,40}$/;

/** Short, and of no use to who wants to guess how many there are. */
export const newCode = (): string => Array.from({ length: LENGTH }, () => SIGNS[randomInt(SIGNS.length)]).join('');
