import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Timestamp } from '../database/columns.js';

/** How much of a rate limit one subject has used. It belongs to no company: an address that guesses tokens does so at any desk. */
@Entity('rate_windows')
export class RateWindow {
  @PrimaryColumn({ type: 'text' }) policy!: string;
  @PrimaryColumn({ type: 'text' }) subject!: string;
  @Column({ type: 'integer' }) used!: number;
  @Column({ type: 'integer' }) granted!: number;
  @Timestamp() endsAt!: Date;
}
