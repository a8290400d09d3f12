import { Controller, Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, Caller, CurrentActor, TokenOptional } from '../access/access.decorators.js';
import { ADMINS, type Actor, type Visitor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIdParam, IdParam, Input, QueryInput, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { LongPageQuery, longPage } from '../platform/http/page.dto.js';
import { ArticleCategories } from './article-categories.service.js';
import {
  ArticleCategoriesAnswer,
  ArticleCategoryAnswer,
  CreateArticleCategoryDto,
  UpdateArticleCategoryDto,
} from './articles.dto.js';

const WHO_MAY_READ = 'Without a token only where the setting `articles_public` says so.';

@ApiTags('Articles')
@Controller('article_categories')
export class ArticleCategoriesController {
  constructor(private readonly categories: ArticleCategories) {}

  @Get()
  @TokenOptional({ scope: 'articles:read' })
  @ApiOperation({ summary: 'List categories of articles', description: WHO_MAY_READ })
  @ApiOkResponse({ type: ArticleCategoriesAnswer, description: 'By position.' })
  @ApiFailure(400)
  list(@Caller() caller: Actor | Visitor, @QueryInput() query: LongPageQuery): Promise<JsonText> {
    return this.categories.list(caller, longPage(query));
  }

  @Post()
  @Authenticated({ scope: 'articles:write', roles: ADMINS })
  @Takes('article_category', CreateArticleCategoryDto)
  @ApiOperation({ summary: 'Make a category of articles' })
  @ApiCreatedResponse({ type: ArticleCategoryAnswer, description: 'The new category.' })
  @ApiFailure(400)
  async create(@CurrentActor() actor: Actor, @Input('article_category') input: CreateArticleCategoryDto): Promise<JsonText> {
    return new JsonText(`{"article_category":${await this.categories.create(actor, input)}}`);
  }

  @Get(':article_category_id')
  @TokenOptional({ scope: 'articles:read' })
  @ApiIdParam('article_category_id', 'The category.')
  @ApiOperation({ summary: 'Show a category of articles', description: WHO_MAY_READ })
  @ApiOkResponse({ type: ArticleCategoryAnswer, description: 'The category.' })
  @ApiFailure(404)
  async show(@Caller() caller: Actor | Visitor, @IdParam('article_category_id') id: number): Promise<JsonText> {
    return new JsonText(`{"article_category":${await this.categories.show(caller, id)}}`);
  }

  @Put(':article_category_id')
  @Authenticated({ scope: 'articles:write', roles: ADMINS })
  @ApiIdParam('article_category_id', 'The category.')
  @Takes('article_category', UpdateArticleCategoryDto)
  @ApiOperation({ summary: 'Rename or move a category of articles', description: 'Fields that are not given stay.' })
  @ApiOkResponse({ type: ArticleCategoryAnswer, description: 'The category as it is now.' })
  @ApiFailure(400, 404)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('article_category_id') id: number,
    @Input('article_category') input: UpdateArticleCategoryDto,
  ): Promise<JsonText> {
    return new JsonText(`{"article_category":${await this.categories.update(actor, id, input)}}`);
  }

  @Delete(':article_category_id')
  @HttpCode(204)
  @Authenticated({ scope: 'articles:write', roles: ADMINS })
  @ApiIdParam('article_category_id', 'The category.')
  @ApiOperation({ summary: 'Delete a category of articles', description: 'Its articles stay, and are in it no more.' })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiFailure(404)
  async remove(@CurrentActor() actor: Actor, @IdParam('article_category_id') id: number): Promise<void> {
    await this.categories.remove(actor, id);
  }
}
