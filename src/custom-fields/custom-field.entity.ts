import { Column, Entity } from 'typeorm';
import { CompanyId, Id, Now, Text } from '../platform/database/columns.js';

export const FIELD_TYPES = ['text', 'textarea', 'number', 'date', 'select', 'checkbox'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** Something more that a company wants to know about its tickets. */
@Entity('custom_fields')
export class CustomField {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Text() name!: string;
  @Text({ default: 'text' }) type!: FieldType;
  @Column({ type: 'boolean', default: false }) required!: boolean;
  @Column({ type: 'text', array: true, default: [] }) possibleValues!: string[];
  @Column({ type: 'integer', default: 0 }) position!: number;
  @Now() createdAt!: Date;
  @Now() updatedAt!: Date;
}
