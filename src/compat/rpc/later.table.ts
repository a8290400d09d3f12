/** Functions that the documents print and that are not there yet, by group; the list only shrinks. */
export const LATER = [
  // dialogflow
  ...[
    'send-bot-message',
    'dialogflow-create-intent',
    'dialogflow-entity',
    'dialogflow-get-entity',
    'dialogflow-get-token',
    'dialogflow-get-agent',
    'dialogflow-set-active-context',
    'dialogflow-curl',
  ],
  // slack
  ...['slack-users', 'send-slack-message', 'archive-slack-channels'],
  // woocommerce
  ...[
    'woocommerce-get-customer',
    'woocommerce-get-user-orders',
    'woocommerce-get-order',
    'woocommerce-get-product',
    'woocommerce-get-products',
    'woocommerce-search-products',
    'woocommerce-get-taxonomies',
    'woocommerce-get-attributes',
    'woocommerce-get-product-id-by-name',
    'woocommerce-get-product-images',
    'woocommerce-get-product-taxonomies',
    'woocommerce-get-attribute-by-term',
    'woocommerce-get-attribute-by-name',
    'woocommerce-is-in-stock',
    'woocommerce-coupon',
    'woocommerce-coupon-check',
    'woocommerce-coupon-delete-expired',
    'woocommerce-get-url',
    'woocommerce-get-session',
    'woocommerce-get-session-key',
    'woocommerce-payment-methods',
    'woocommerce-shipping-locations',
  ],
  // notifications
  ...['send-sms', 'push-notification', 'pusher-trigger'],
  // maintenance
  ...['wp-synch'],
  // whatsapp
  ...['whatsapp-send-message', 'whatsapp-send-template'],
  // messaging
  ...[
    'messaging-platforms-send-message',
    'messenger-send-message',
    'telegram-send-message',
    'viber-send-message',
    'line-send-message',
    'wechat-send-message',
  ],
] as const;
