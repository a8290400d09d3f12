import { Column, Entity, PrimaryColumn } from 'typeorm';
import { CompanyId, Id, Now, Text, Timestamp } from '../platform/database/columns.js';

/** An address of the outside that is told of events. Secrets and headers are sealed. */
@Entity('web_hooks')
export class WebHook {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Text() url!: string;
  /** Names of events, with `*` for any letters. */
  @Column({ type: 'text', array: true, default: ['*'] }) events!: string[];
  @Text({ default: 'standard' }) format!: 'standard' | 'supportbee' | 'support_board';
  @Text({ default: 'gb-talk' }) spelling!: 'gb-talk' | 'support-board';
  @Column({ type: 'bytea' }) secret!: Buffer;
  /** The one before, good until `oldSecretUntil`. */
  @Column({ type: 'bytea', nullable: true }) oldSecret!: Buffer | null;
  @Timestamp({ nullable: true }) oldSecretUntil!: Date | null;
  @Column({ type: 'bytea', nullable: true }) headers!: Buffer | null;
  @Column({ type: 'text', array: true, default: [] }) headerNames!: string[];
  @Column({ type: 'boolean', default: true }) isEnabled!: boolean;
  /** Null where a person has done it. */
  @Text({ nullable: true }) disabledBecause!: 'gone' | 'failing' | null;
  /** Only events of tickets of its teams; when the last of them is deleted, of none. */
  @Column({ type: 'boolean', default: false }) ofTeams!: boolean;
  @Column({ type: 'boolean', default: false }) ofLabels!: boolean;
  /** The one that the settings of the company make and change. */
  @Column({ type: 'boolean', default: false }) ofSettings!: boolean;
  @Column({ type: 'integer', default: 0 }) consecutiveFailures!: number;
  /** Since when every attempt has failed. */
  @Timestamp({ nullable: true }) failingSince!: Date | null;
  /** Nothing is sent before. */
  @Timestamp({ nullable: true }) pausedUntil!: Date | null;
  @Timestamp({ nullable: true }) slowUntil!: Date | null;
  @Now() createdAt!: Date;
  @Now() updatedAt!: Date;
}

@Entity('web_hook_teams')
export class WebHookTeam {
  @CompanyId() companyId!: number;
  @PrimaryColumn({ type: 'bigint' }) webHookId!: number;
  @PrimaryColumn({ type: 'bigint' }) teamId!: number;
}

@Entity('web_hook_labels')
export class WebHookLabel {
  @CompanyId() companyId!: number;
  @PrimaryColumn({ type: 'bigint' }) webHookId!: number;
  @PrimaryColumn({ type: 'bigint' }) labelId!: number;
}
