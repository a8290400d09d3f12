import { Module } from '@nestjs/common';
import { CustomFieldsController } from './custom-fields.controller.js';
import { CustomFields } from './custom-fields.service.js';

@Module({ controllers: [CustomFieldsController], providers: [CustomFields], exports: [CustomFields] })
export class CustomFieldsModule {}
