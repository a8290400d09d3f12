import { ApiProperty } from '@nestjs/swagger';
import { IntegerField, TextField } from '../platform/http/fields.js';
import { PagedAnswer } from '../platform/http/page.dto.js';
import { CategoryView } from './category.view.js';

const NAME = { description: 'Unique without case.', example: 'Billing', trim: true } as const;
const LAST_POSITION = 1_000_000;

class CategoryPlaceDto {
  @IntegerField({
    description: 'Its place among the others, the lowest first; a new one comes last unless told otherwise.',
    example: 1,
    min: 0,
    max: LAST_POSITION,
  })
  position?: number;
}

export class CreateCategoryDto extends CategoryPlaceDto {
  @TextField({ ...NAME, required: true })
  name!: string;
}

export class UpdateCategoryDto extends CategoryPlaceDto {
  @TextField(NAME)
  name?: string;
}

export class CategoryAnswer {
  @ApiProperty() category!: CategoryView;
}

export class CategoriesAnswer extends PagedAnswer {
  @ApiProperty({ type: [CategoryView] }) categories!: CategoryView[];
}
