import { Column, Entity } from 'typeorm';
import { CompanyId, Id, Now, Ref, Text } from '../platform/database/columns.js';

/** A page of the help centre; what it says stands in its texts, one for each language. */
@Entity('articles')
export class Article {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  /** By which programs know it: short and random, or as they have named it. */
  @Text() code!: string;
  @Text({ default: '' }) link!: string;
  /** The codes of its categories; programs may save these later. */
  @Column({ type: 'text', array: true, default: [] }) categories!: string[];
  @Column({ type: 'integer' }) position!: number;
  @Now() updatedAt!: Date;
}

@Entity('article_texts')
export class ArticleText {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Ref() articleId!: number;
  /** Empty for the language in which articles are written. */
  @Text() language!: string;
  @Text() title!: string;
  @Text() text!: string;
  @Text() html!: string;
  @Column({ type: 'smallint' }) htmlPolicy!: number;
  @Column({ type: 'tsvector' }) words!: string;
}

@Entity('article_categories')
export class ArticleCategory {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Text() code!: string;
  @Text() title!: string;
  @Column({ type: 'integer' }) position!: number;
}

@Entity('article_ratings')
export class ArticleRating {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Ref() articleId!: number;
  /** 1 or -1. */
  @Column({ type: 'smallint' }) rating!: number;
  @Now() createdAt!: Date;
}

/** How often an article was read on a day (UTC). */
@Entity('article_views')
export class ArticleViewCount {
  @CompanyId() companyId!: number;
  @Id() id!: number;
  @Ref() articleId!: number;
  @Column({ type: 'date' }) day!: string;
  @Column({ type: 'integer' }) views!: number;
}
