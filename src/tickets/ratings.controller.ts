import { Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import type { Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { TextField, WordField } from '../platform/http/fields.js';
import { ApiIdParam, IdParam, Input, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { CustomerRatingView, RATING_SCORES, type RatingScore } from './rating.view.js';
import { Ratings } from './ratings.js';

export class RateTicketDto {
  @WordField({ description: 'Whether the help was good.', required: true, words: RATING_SCORES, example: 'good' })
  score!: RatingScore;

  @TextField({
    description: 'Why, in words. Without it, or null, there are none.',
    maxLength: 5000,
    nullable: true,
    example: 'Quick.',
  })
  comment?: string | null;
}

class RatingAnswer {
  @ApiProperty() rating!: CustomerRatingView;
}

@ApiTags('Tickets')
@Controller('tickets/:ticket_id/rating')
export class RatingsController {
  constructor(private readonly ratings: Ratings) {}

  @Get()
  @Authenticated({ scope: 'tickets:read' })
  @ApiIdParam('ticket_id', 'The ticket.')
  @ApiOperation({ summary: 'Show how a ticket was rated', description: 'It also stands in the ticket, as `customer_rating`.' })
  @ApiOkResponse({ type: RatingAnswer, description: 'The rating; an empty object when there is none.' })
  @ApiFailure(404)
  async showRating(@CurrentActor() actor: Actor, @IdParam('ticket_id') id: number): Promise<JsonText> {
    return new JsonText(`{"rating":${await this.ratings.show(actor, id)}}`);
  }

  @Put()
  @Authenticated({ scope: 'tickets:write', roles: ['admin', 'customer'] })
  @Takes('rating', RateTicketDto)
  @ApiIdParam('ticket_id', 'The ticket.')
  @ApiOperation({
    summary: 'Rate the help on a ticket',
    description: 'For its requester, and for admins in his place. A second rating takes the place of the first.',
  })
  @ApiOkResponse({ type: RatingAnswer, description: 'The rating as it is now.' })
  @ApiFailure(400, 404, 409)
  async rateTicket(
    @CurrentActor() actor: Actor,
    @IdParam('ticket_id') id: number,
    @Input('rating') { score, comment = null }: RateTicketDto,
  ): Promise<JsonText> {
    return new JsonText(`{"rating":${await this.ratings.rate(actor, id, { score, comment })}}`);
  }
}
