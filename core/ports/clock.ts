/** The wall clock in epoch milliseconds. Windows never read it: they run on event time alone. */
export interface Clock {
  nowMs(): number;
}
