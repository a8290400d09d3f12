import { Module } from '@nestjs/common';
import { LabelsController } from './labels.controller.js';
import { Labels } from './labels.service.js';

@Module({ controllers: [LabelsController], providers: [Labels], exports: [Labels] })
export class LabelsModule {}
