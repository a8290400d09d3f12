import { Controller, Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, Caller, CurrentActor, TokenOptional } from '../access/access.decorators.js';
import { ADMINS, type Actor, type Visitor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIdParam, IdParam, Input, QueryInput, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { longPage } from '../platform/http/page.dto.js';
import {
  ArticleAnswer,
  ArticlesAnswer,
  CreateArticleDto,
  ListArticlesQuery,
  RateArticleDto,
  ShowArticleQuery,
  UpdateArticleDto,
} from './articles.dto.js';
import { HelpCentre } from './help-centre.service.js';

const WHO_MAY_READ = 'Without a token only where the setting `articles_public` says so.';

@ApiTags('Articles')
@Controller('articles')
export class ArticlesController {
  constructor(private readonly centre: HelpCentre) {}

  @Get()
  @TokenOptional({ scope: 'articles:read' })
  @ApiOperation({ summary: 'List or search articles', description: WHO_MAY_READ })
  @ApiOkResponse({ type: ArticlesAnswer, description: 'In their order.' })
  @ApiFailure(400)
  list(@Caller() caller: Actor | Visitor, @QueryInput() query: ListArticlesQuery): Promise<JsonText> {
    return this.centre.list(caller, query, longPage(query));
  }

  @Post()
  @Authenticated({ scope: 'articles:write', roles: ADMINS })
  @Takes('article', CreateArticleDto)
  @ApiOperation({ summary: 'Write an article' })
  @ApiCreatedResponse({ type: ArticleAnswer, description: 'The new article.' })
  @ApiFailure(400)
  async create(@CurrentActor() actor: Actor, @Input('article') input: CreateArticleDto): Promise<JsonText> {
    return new JsonText(`{"article":${await this.centre.create(actor, input)}}`);
  }

  @Get(':article_id')
  @TokenOptional({ scope: 'articles:read' })
  @ApiIdParam('article_id', 'The article.')
  @ApiOperation({ summary: 'Read an article', description: `${WHO_MAY_READ} It is counted how often others than staff do.` })
  @ApiOkResponse({ type: ArticleAnswer, description: 'The article.' })
  @ApiFailure(400, 404)
  async show(
    @Caller() caller: Actor | Visitor,
    @IdParam('article_id') id: number,
    @QueryInput() { language }: ShowArticleQuery,
  ): Promise<JsonText> {
    return new JsonText(`{"article":${await this.centre.show(caller, id, language)}}`);
  }

  @Put(':article_id')
  @Authenticated({ scope: 'articles:write', roles: ADMINS })
  @ApiIdParam('article_id', 'The article.')
  @Takes('article', UpdateArticleDto)
  @ApiOperation({ summary: 'Change an article', description: 'Fields that are not given stay.' })
  @ApiOkResponse({ type: ArticleAnswer, description: 'The article as it is now.' })
  @ApiFailure(400, 404)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('article_id') id: number,
    @Input('article') input: UpdateArticleDto,
  ): Promise<JsonText> {
    return new JsonText(`{"article":${await this.centre.update(actor, id, input)}}`);
  }

  @Delete(':article_id')
  @HttpCode(204)
  @Authenticated({ scope: 'articles:write', roles: ADMINS })
  @ApiIdParam('article_id', 'The article.')
  @ApiOperation({ summary: 'Delete an article' })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiFailure(404)
  async remove(@CurrentActor() actor: Actor, @IdParam('article_id') id: number): Promise<void> {
    await this.centre.remove(actor, id);
  }

  @Post(':article_id/rating')
  @Authenticated({ scope: 'articles:read' })
  @ApiIdParam('article_id', 'The article.')
  @Takes('rating', RateArticleDto)
  @ApiOperation({
    summary: 'Say whether an article has helped',
    description: 'Each call counts; an article has at most 10,000 ratings.',
  })
  @ApiCreatedResponse({ type: ArticleAnswer, description: 'The article with its ratings.' })
  @ApiFailure(400, 404, 409)
  async rate(
    @CurrentActor() actor: Actor,
    @IdParam('article_id') id: number,
    @Input('rating') { score }: RateArticleDto,
  ): Promise<JsonText> {
    return new JsonText(`{"article":${await this.centre.rate(actor, id, score === 'good')}}`);
  }
}
