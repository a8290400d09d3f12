import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Expose, Transform } from 'class-transformer';
import { IsOptional, ValidateBy } from 'class-validator';
import { absentIfBlank } from '../platform/http/coerce.js';
import { IntegerField, TextField, TextListField, WordField } from '../platform/http/fields.js';
import { LongPageQuery, PagedAnswer } from '../platform/http/page.dto.js';
import { ArticleCategoryView, ArticleSummaryView, ArticleView } from './article.view.js';

const MOST_LETTERS_OF_TITLE = 500;
const MOST_CHARACTERS = 500_000;
const TITLE = { example: 'How to clean a printer', maxLength: MOST_LETTERS_OF_TITLE, trim: true } as const;

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

// Read as it was sent; what it must be is said where it is kept, for all who keep it.
const TranslationsField = (): PropertyDecorator =>
  applyDecorators(
    Expose(),
    Transform(({ obj }: { obj: Record<string, unknown> }) => absentIfBlank(obj['translations'])),
    ApiProperty({
      type: 'object',
      additionalProperties: {},
      description: 'By language the title and the content there; they replace all that there were.',
      selfRequired: false,
      example: { es: { title: 'Cómo limpiar una impresora', content: '<p>Desenchúfela primero.</p>' } },
    }),
    IsOptional(),
    ValidateBy({
      name: 'isTranslations',
      validator: { validate: isObject, defaultMessage: () => 'must be an object by language' },
    }),
  );

class ArticleTextDto {
  @TextField({
    description: 'Html; what could run is removed.',
    example: '<p>Pull the plug first.</p>',
    maxLength: MOST_CHARACTERS,
  })
  content?: string;

  @TextField({
    description: 'Where it stands elsewhere.',
    example: 'https://help.example.com/printers',
    maxLength: 2000,
    trim: true,
  })
  link?: string;

  @TextListField({ description: 'The codes of its categories.', example: ['Nv9PG'] })
  categories?: string[];

  @TranslationsField()
  translations?: object;
}

export class CreateArticleDto extends ArticleTextDto {
  @TextField({ ...TITLE, description: 'In the language in which articles are written.', required: true })
  title!: string;
}

export class UpdateArticleDto extends ArticleTextDto {
  @TextField({ ...TITLE, description: 'In the language in which articles are written.' })
  title?: string;
}

const LANGUAGE = {
  description: 'Shown in this language where it is translated, else in the one in which it was written.',
  example: 'es',
  maxLength: 12,
  trim: true,
} as const;

export class ShowArticleQuery {
  @TextField(LANGUAGE)
  language?: string;
}

export class ListArticlesQuery extends LongPageQuery {
  @TextField(LANGUAGE)
  language?: string;

  @TextField({
    description: 'Words of title or content, in that language or the first one; `"a phrase"`, `or` and `-not`.',
    example: 'printer',
  })
  q?: string;

  @TextField({ description: 'Only those of the category of this code.', example: 'Nv9PG', maxLength: 40 })
  category?: string;
}

export const SCORES = ['good', 'bad'] as const;

export class RateArticleDto {
  @WordField({ description: 'Whether it has helped.', required: true, words: SCORES, example: 'good' })
  score!: (typeof SCORES)[number];
}

class CategoryPlaceDto {
  @IntegerField({
    description: 'Its place among the others, the lowest first; a new one comes last unless told otherwise.',
    example: 1,
    min: 0,
    max: 1_000_000,
  })
  position?: number;
}

export class CreateArticleCategoryDto extends CategoryPlaceDto {
  @TextField({ description: 'For people.', example: 'Printers', maxLength: MOST_LETTERS_OF_TITLE, trim: true, required: true })
  title!: string;
}

export class UpdateArticleCategoryDto extends CategoryPlaceDto {
  @TextField({ description: 'For people.', example: 'Printers', maxLength: MOST_LETTERS_OF_TITLE, trim: true })
  title?: string;
}

export class ArticleAnswer {
  @ApiProperty() article!: ArticleView;
}

export class ArticlesAnswer extends PagedAnswer {
  @ApiProperty({ type: [ArticleSummaryView] }) articles!: ArticleSummaryView[];
}

export class ArticleCategoryAnswer {
  @ApiProperty() article_category!: ArticleCategoryView;
}

export class ArticleCategoriesAnswer extends PagedAnswer {
  @ApiProperty({ type: [ArticleCategoryView] }) article_categories!: ArticleCategoryView[];
}
