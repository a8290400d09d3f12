import { ApiProperty } from '@nestjs/swagger';
import { TextField } from '../platform/http/fields.js';

export class PresenceDto {
  @TextField({ description: 'The page at which you are.', example: 'https://shop.example.com/cart', maxLength: 2048 })
  current_url?: string;
}

export class PresenceView {
  @ApiProperty({ description: 'Seen within the last 30 seconds.', example: true }) online!: boolean;
  @ApiProperty({ type: String, nullable: true, description: 'Null: never.', example: '2024-06-01T12:00:00Z' })
  last_seen_at!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Where the person is or was last.',
    example: 'https://shop.example.com/cart',
  })
  current_url!: string | null;
}

export class PresenceAnswer {
  @ApiProperty() presence!: PresenceView;
}
