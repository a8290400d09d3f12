import { Entity, PrimaryColumn } from 'typeorm';
import { CompanyId, Text } from '../platform/database/columns.js';

/** Something more that is known of a person: his company, a phone number. A detail that is empty has no row. */
@Entity('user_details')
export class UserDetail {
  @CompanyId() companyId!: number;
  @PrimaryColumn({ type: 'bigint' }) userId!: number;
  @PrimaryColumn({ type: 'text' }) slug!: string;
  @Text() name!: string;
  @Text() value!: string;
}
