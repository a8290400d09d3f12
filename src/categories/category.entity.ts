import { Column, Entity } from 'typeorm';
import { CompanyId, Id, Now, Text } from '../platform/database/columns.js';

/** A subject area that a customer chooses for his ticket. */
@Entity('categories')
export class Category {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Text() name!: string;
  @Column({ type: 'integer', default: 0 }) position!: number;
  @Now() createdAt!: Date;
  @Now() updatedAt!: Date;
}
