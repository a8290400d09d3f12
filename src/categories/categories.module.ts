import { Module } from '@nestjs/common';
import { CategoriesController } from './categories.controller.js';
import { Categories } from './categories.service.js';

@Module({ controllers: [CategoriesController], providers: [Categories], exports: [Categories] })
export class CategoriesModule {}
