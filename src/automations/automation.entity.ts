import { Column, Entity, PrimaryColumn } from 'typeorm';
import { CompanyId, Id, Now, Ref, Text, Timestamp } from '../platform/database/columns.js';
import type { Condition } from './conditions.js';
import type { AutomationKind, Content } from './given-automations.js';

/** Something that is said or shown to people by itself, once to each who meets its conditions. */
@Entity('automations')
export class Automation {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  /** By which programs know it: short and random, or as they have named it. */
  @Text() code!: string;
  @Text() kind!: AutomationKind;
  @Text({ default: '' }) name!: string;
  /** One that is not rests: it runs for nobody. */
  @Column({ type: 'boolean', default: true }) enabled!: boolean;
  @Column({ type: 'integer' }) position!: number;
  @Column({ type: 'jsonb', default: [] }) conditions!: Condition[];
  @Column({ type: 'jsonb', default: {} }) content!: Content;
  /** By language what is said otherwise there. */
  @Column({ type: 'jsonb', default: {} }) translations!: Record<string, Content>;
  @Now() createdAt!: Date;
  @Now() updatedAt!: Date;
}

/** That an automation has run for a person, and what came of it. */
@Entity('automation_runs')
export class AutomationRun {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Ref() automationId!: number;
  @Ref() userId!: number;
  /** The event that tells of it, to which its mail belongs. */
  @Ref({ nullable: true }) eventId!: number | null;
  /** The repetition for which it has run, by its beginning; empty where there is none. */
  @Text({ default: '' }) repeatWindow!: string;
  @Text() outcome!: 'sent' | 'queued' | 'shown' | 'not-sent';
  /** Why it was not sent. */
  @Text({ nullable: true }) reason!: string | null;
  @Now() ranAt!: Date;
}

/** How far the schedule has come with an automation. */
@Entity('automation_passes')
export class AutomationPass {
  @CompanyId() companyId!: number;
  @PrimaryColumn({ type: 'bigint' }) automationId!: number;
  /** Another repetition begins from the start. */
  @Text({ default: '' }) repeatWindow!: string;
  /** The last person who was looked at. */
  @Column({ type: 'bigint', default: 0 }) reached!: number;
  /** When everybody had been looked at; null while that goes on. */
  @Timestamp({ nullable: true }) finishedAt!: Date | null;
}
