import { Controller, Delete, HttpCode } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import { ADMINS, type Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIdParam, IdParam } from '../platform/http/input.js';
import { UserDeletion } from './user-deletion.service.js';

@ApiTags('Users')
@Controller('users')
export class UserDeletionController {
  constructor(private readonly deletion: UserDeletion) {}

  @Delete(':user_id')
  @HttpCode(204)
  @Authenticated({ scope: 'users:write', roles: ADMINS })
  @ApiIdParam('user_id', 'The person.')
  @ApiOperation({
    summary: 'Delete a person',
    description:
      'His tickets go with him; what he said on those of others stays, under the name of the bot. Nobody deletes himself, and customer groups stay.',
  })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiFailure(404, 409)
  async remove(@CurrentActor() actor: Actor, @IdParam('user_id') id: number): Promise<void> {
    await this.deletion.delete(actor, [id]);
  }
}
