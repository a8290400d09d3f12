import { Controller, Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import { AGENTS, STAFF, type Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIdParam, IdParam, Input, QueryInput, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { longPage } from '../platform/http/page.dto.js';
import { CreateSnippetDto, ListSnippetsQuery, SnippetAnswer, SnippetsAnswer, UpdateSnippetDto } from './snippets.dto.js';
import { Snippets, type SnippetChange } from './snippets.service.js';

@ApiTags('Snippets')
@Controller('snippets')
export class SnippetsController {
  constructor(private readonly snippets: Snippets) {}

  @Get()
  @Authenticated({ scope: 'snippets:read', roles: STAFF })
  @ApiOperation({ summary: 'List snippets' })
  @ApiOkResponse({ type: SnippetsAnswer, description: 'Oldest first.' })
  @ApiFailure(400)
  list(@CurrentActor() actor: Actor, @QueryInput() query: ListSnippetsQuery): Promise<JsonText> {
    return this.snippets.list(actor, { ...longPage(query), tag: query.tag, q: query.q });
  }

  @Post()
  @Authenticated({ scope: 'snippets:write', roles: AGENTS })
  @Takes('snippet', CreateSnippetDto)
  @ApiOperation({ summary: 'Save an answer as a snippet' })
  @ApiCreatedResponse({ type: SnippetAnswer, description: 'The new snippet.' })
  @ApiFailure(400)
  async create(@CurrentActor() actor: Actor, @Input('snippet') input: CreateSnippetDto): Promise<JsonText> {
    return new JsonText(`{"snippet":${await this.snippets.create(actor, { ...changeOf(input), name: input.name })}}`);
  }

  @Get(':snippet_id')
  @Authenticated({ scope: 'snippets:read', roles: STAFF })
  @ApiIdParam('snippet_id', 'The snippet.')
  @ApiOperation({ summary: 'Show a snippet' })
  @ApiOkResponse({ type: SnippetAnswer, description: 'The snippet.' })
  @ApiFailure(404)
  async show(@CurrentActor() actor: Actor, @IdParam('snippet_id') id: number): Promise<JsonText> {
    return new JsonText(`{"snippet":${await this.snippets.show(actor, id)}}`);
  }

  @Put(':snippet_id')
  @Authenticated({ scope: 'snippets:write', roles: AGENTS })
  @ApiIdParam('snippet_id', 'The snippet.')
  @Takes('snippet', UpdateSnippetDto)
  @ApiOperation({ summary: 'Change a snippet', description: 'Fields that are not given stay.' })
  @ApiOkResponse({ type: SnippetAnswer, description: 'The snippet as it is now.' })
  @ApiFailure(400, 404)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('snippet_id') id: number,
    @Input('snippet') input: UpdateSnippetDto,
  ): Promise<JsonText> {
    return new JsonText(`{"snippet":${await this.snippets.update(actor, id, changeOf(input))}}`);
  }

  @Delete(':snippet_id')
  @HttpCode(204)
  @Authenticated({ scope: 'snippets:write', roles: AGENTS })
  @ApiIdParam('snippet_id', 'The snippet.')
  @ApiOperation({ summary: 'Delete a snippet' })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiFailure(404)
  async remove(@CurrentActor() actor: Actor, @IdParam('snippet_id') id: number): Promise<void> {
    await this.snippets.remove(actor, id);
  }
}

/** The one path that the contract prints in the singular (supportbee.md section 12). */
@ApiTags('Snippets')
@Controller('snippet')
export class PrintedSnippetsController {
  constructor(private readonly snippets: Snippets) {}

  @Put(':snippet_id')
  @Authenticated({ scope: 'snippets:write', roles: AGENTS })
  @ApiIdParam('snippet_id', 'The snippet.')
  @Takes('snippet', UpdateSnippetDto)
  @ApiOperation({ summary: 'Change a snippet, under its printed path', description: 'The same as `PUT /snippets/{snippet_id}`.' })
  @ApiOkResponse({ type: SnippetAnswer, description: 'The snippet as it is now.' })
  @ApiFailure(400, 404)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('snippet_id') id: number,
    @Input('snippet') input: UpdateSnippetDto,
  ): Promise<JsonText> {
    return new JsonText(`{"snippet":${await this.snippets.update(actor, id, changeOf(input))}}`);
  }
}

function changeOf({ name, tags, content }: UpdateSnippetDto): SnippetChange {
  return { name, tags, text: content?.text, html: content?.html };
}
