import { Entity, PrimaryColumn } from 'typeorm';
import { CompanyId, Timestamp } from '../platform/database/columns.js';

/** When an agent was last given a conversation: whose turn is longest ago is next. */
@Entity('routing_turns')
export class RoutingTurn {
  @CompanyId() companyId!: number;
  @PrimaryColumn({ type: 'bigint' }) userId!: number;
  @Timestamp() routedAt!: Date;
}
