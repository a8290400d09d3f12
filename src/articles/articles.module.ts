import { Module } from '@nestjs/common';
import { Articles } from './articles.service.js';

@Module({ providers: [Articles], exports: [Articles] })
export class ArticlesModule {}
