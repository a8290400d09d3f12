import { ApiProperty } from '@nestjs/swagger';
import { PagedAnswer } from '../platform/http/page.dto.js';
import { ShortUserView, TeamView } from '../users/user.view.js';

export class QueuePlaceView {
  @ApiProperty({ description: 'Whether the ticket waits for an agent to be free.', example: true }) waiting!: boolean;
  @ApiProperty({ type: 'integer', nullable: true, description: '1 is next; each department has its own row.', example: 3 })
  position!: number | null;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Estimated by how long the latest conversations lasted and who is online; null when nobody is.',
    example: 240,
  })
  wait_seconds!: number | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Since when.', example: '2024-06-01T12:00:00Z' })
  queued_at!: string | null;
}

export class QueuePlaceAnswer {
  @ApiProperty() queue_place!: QueuePlaceView;
}

class QueuedTicketView {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty({ example: 'My printer is on fire' }) subject!: string;
  @ApiProperty() requester!: ShortUserView;
  @ApiProperty({ type: TeamView, nullable: true, description: 'Its department.' }) team!: TeamView | null;
}

export class WaitingTicketView extends QueuePlaceView {
  @ApiProperty() ticket!: QueuedTicketView;
}

export class QueueAnswer extends PagedAnswer {
  @ApiProperty({ type: [WaitingTicketView] }) queue_places!: WaitingTicketView[];
}
