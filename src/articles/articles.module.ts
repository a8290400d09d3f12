import { Module } from '@nestjs/common';
import { ArticleCategoriesController } from './article-categories.controller.js';
import { ArticleCategories } from './article-categories.service.js';
import { ArticleViews } from './article-views.js';
import { ArticlesController } from './articles.controller.js';
import { Articles } from './articles.service.js';
import { HelpCentre } from './help-centre.service.js';

@Module({
  controllers: [ArticlesController, ArticleCategoriesController],
  providers: [Articles, ArticleCategories, ArticleViews, HelpCentre],
  exports: [Articles],
})
export class ArticlesModule {}
