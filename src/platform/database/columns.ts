import { Column, PrimaryColumn, PrimaryGeneratedColumn, type ColumnOptions } from 'typeorm';

/** The first half of every tenant table's key. */
export const CompanyId = (): PropertyDecorator => PrimaryColumn({ type: 'bigint' });

/** The second half: made by the database. */
export const Id = (): PropertyDecorator => PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' });

/** A number that names a row of another table; the composite foreign key stands in the migration. */
export const Ref = (options: ColumnOptions = {}): PropertyDecorator => Column({ type: 'bigint', ...options });

export const Text = (options: ColumnOptions = {}): PropertyDecorator => Column({ type: 'text', ...options });

export const Timestamp = (options: ColumnOptions = {}): PropertyDecorator => Column({ type: 'timestamptz', ...options });

/** Set by the database when the row is made. */
export const Now = (): PropertyDecorator => Column({ type: 'timestamptz', default: () => 'now()' });
