/** From so many failures in a row on an endpoint goes the slow way, and then is asked only from time to time. */
export const SUSPECT_AFTER = 3;
export const PAUSED_AFTER = 10;
