import { ApiProperty } from '@nestjs/swagger';
import { timeSql } from '../access/view.js';
import { IdField } from '../platform/http/fields.js';
import { shortUserSql, ShortUserView, teamSql, TeamView } from '../users/user.view.js';

export class AssignUserDto {
  @IdField({
    description: 'An admin or agent; a member of the team that has the ticket, if one has.',
    example: 1,
    required: true,
  })
  user_id!: number;
}

export class AssignTeamDto {
  @IdField({ description: 'A team. Another team takes the ticket from its person.', example: 1, required: true })
  team_id!: number;
}

class TicketIdView {
  @ApiProperty({ example: 1 }) id!: number;
}

class AssignmentAssigneeView {
  @ApiProperty({ required: false, description: 'The person, when it is one.' }) user?: ShortUserView;
  @ApiProperty({ required: false, description: 'The team, when it is one.' }) team?: TeamView;
}

/** supportbee.md section 5. */
export class AssignmentView {
  @ApiProperty({ example: 5 }) id!: number;
  @ApiProperty({ type: String, format: 'date-time', example: '2012-01-18T15:17:33Z' }) created_at!: string;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When somebody else got it, or nobody.',
    example: null,
  })
  ended_at!: string | null;
  @ApiProperty() ticket!: TicketIdView;
  @ApiProperty() assignee!: AssignmentAssigneeView;
}

export class UserAssignmentAnswer {
  @ApiProperty() user_assignment!: AssignmentView;
}

export class TeamAssignmentAnswer {
  @ApiProperty() team_assignment!: AssignmentView;
}

/** The older route answers under both names. */
export class OldAssignmentAnswer extends UserAssignmentAnswer {
  @ApiProperty() assignment!: AssignmentView;
}

export class AssignmentsAnswer {
  @ApiProperty({ type: [AssignmentView] }) assignments!: AssignmentView[];
}

/** {@link AssignmentView} of the row `s` of a statement that joins {@link ASSIGNMENT_JOINS} and begins with `viewParams`. */
export const assignmentSql = (s: string): string => `json_build_object('id', ${s}.id, 'created_at', ${timeSql(`${s}.created_at`)},
  'ended_at', ${timeSql(`${s}.ended_at`)}, 'ticket', json_build_object('id', ${s}.ticket_id),
  'assignee', case when au.id is not null then json_build_object('user', ${shortUserSql('au')}) else json_build_object('team', ${teamSql('ateam')}) end)`;

export const ASSIGNMENT_JOINS = `
  left join users au on au.company_id = s.company_id and au.id = s.user_id
  left join teams ateam on ateam.company_id = s.company_id and ateam.id = s.team_id`;
