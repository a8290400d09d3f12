import { ApiProperty } from '@nestjs/swagger';
import { LenientIntegerField, TextField, WordField } from '../platform/http/fields.js';
import { DELIVERY_STATES, DeliveryView, DeliveryWithAttemptsView } from './delivery.view.js';

const MAX_PER_PAGE = 100;
export const DELIVERIES_PER_PAGE = 50;

export class ListDeliveriesQuery {
  @WordField({ description: 'Only those in this state.', example: 'failed', words: DELIVERY_STATES })
  state?: (typeof DELIVERY_STATES)[number];

  @LenientIntegerField({
    description: `How many on a page, at most ${MAX_PER_PAGE}; larger is cut. Default ${DELIVERIES_PER_PAGE}.`,
    example: 50,
    min: 1,
    max: MAX_PER_PAGE,
  })
  per_page?: number;

  @TextField({ description: 'The `next_cursor` of the last answer: goes on right behind it.', example: '17', maxLength: 40 })
  cursor?: string;
}

export class DeliveryAnswer {
  @ApiProperty() delivery!: DeliveryView;
}

export class DeliveryWithAttemptsAnswer {
  @ApiProperty() delivery!: DeliveryWithAttemptsView;
}

export class DeliveriesAnswer {
  @ApiProperty({ description: 'Whether there are older ones.', example: false }) has_more!: boolean;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Give it as `cursor` to go on; null on the last page.',
    example: null,
  })
  next_cursor!: string | null;
  @ApiProperty({ type: [DeliveryView] }) deliveries!: DeliveryView[];
}
