___TERMS_OF_SERVICE___

By creating or modifying this file you agree to Google Tag Manager's Community
Template Gallery Developer Terms of Service available at
https://developers.google.com/tag-manager/gallery-tos (or such other URL as
Google may provide), as modified from time to time.


___INFO___

{
  "type": "TAG",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "Winback",
  "brand": {
    "id": "brand_dummy",
    "displayName": "Winback"
  },
  "description": "Loads Winback's storefront script and tells it what happens: from the data layer by itself, or event by event.",
  "categories": [
    "EMAIL_MARKETING",
    "PERSONALIZATION",
    "REMARKETING"
  ],
  "containerContexts": [
    "WEB"
  ]
}


___TEMPLATE_PARAMETERS___

[
  {
    "type": "TEXT",
    "name": "address",
    "displayName": "Address of Winback",
    "simpleValueType": true,
    "defaultValue": "https://mail.your-shop.example",
    "help": "As in the snippet on Settings, Install: without a slash at the end.",
    "valueValidators": [
      {
        "type": "NON_EMPTY"
      },
      {
        "type": "REGEX",
        "args": [
          "https://[^/]+"
        ],
        "errorMessage": "Write it as https://mail.your-shop.example"
      }
    ]
  },
  {
    "type": "TEXT",
    "name": "shop",
    "displayName": "Shop",
    "simpleValueType": true,
    "defaultValue": "your-shop",
    "valueValidators": [
      {
        "type": "NON_EMPTY"
      },
      {
        "type": "REGEX",
        "args": [
          "[A-Za-z0-9_-]{4,64}"
        ],
        "errorMessage": "A shop's id has 4 to 64 letters, digits, _ or -"
      }
    ]
  },
  {
    "type": "RADIO",
    "name": "does",
    "displayName": "What this tag does",
    "simpleValueType": true,
    "defaultValue": "dataLayer",
    "radioItems": [
      {
        "value": "dataLayer",
        "displayValue": "Load Winback and read the data layer (once, on all pages)"
      },
      {
        "value": "load",
        "displayValue": "Load Winback only (once, on all pages)"
      },
      {
        "value": "event",
        "displayValue": "Tell one event"
      }
    ]
  },
  {
    "type": "SELECT",
    "name": "command",
    "displayName": "Event",
    "simpleValueType": true,
    "macrosInSelect": false,
    "defaultValue": "view",
    "enablingConditions": [
      {
        "paramName": "does",
        "paramValue": "event",
        "type": "EQUALS"
      }
    ],
    "selectItems": [
      {
        "value": "view",
        "displayValue": "Product view"
      },
      {
        "value": "category",
        "displayValue": "Category"
      },
      {
        "value": "search",
        "displayValue": "Search"
      },
      {
        "value": "cart",
        "displayValue": "Cart"
      },
      {
        "value": "wish",
        "displayValue": "Wish list"
      },
      {
        "value": "purchase",
        "displayValue": "Purchase"
      },
      {
        "value": "identify",
        "displayValue": "Address"
      },
      {
        "value": "subscribe",
        "displayValue": "Subscription"
      },
      {
        "value": "watch",
        "displayValue": "Product watch"
      },
      {
        "value": "profile",
        "displayValue": "Profile"
      },
      {
        "value": "custom",
        "displayValue": "Custom event"
      },
      {
        "value": "consent",
        "displayValue": "Consent"
      }
    ]
  },
  {
    "type": "SIMPLE_TABLE",
    "name": "fields",
    "displayName": "Fields",
    "help": "As in the guide for developers: product, category, query, change, items, order, total, email; for consent, level. A variable may hold a list.",
    "enablingConditions": [
      {
        "paramName": "does",
        "paramValue": "event",
        "type": "EQUALS"
      }
    ],
    "simpleTableColumns": [
      {
        "name": "name",
        "displayName": "Field",
        "type": "TEXT",
        "defaultValue": "",
        "isUnique": true
      },
      {
        "name": "value",
        "displayName": "Value",
        "type": "TEXT",
        "defaultValue": ""
      }
    ]
  }
]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

// The queue comes first: what is told before the script is there waits in it.
const createArgumentsQueue = require('createArgumentsQueue');
const encodeUriComponent = require('encodeUriComponent');
const injectScript = require('injectScript');
const makeNumber = require('makeNumber');

const winback = createArgumentsQueue('winback', 'winback.q');
const query = '?shop=' + encodeUriComponent(data.shop);

if (data.does === 'event') {
  const fields = {};
  (data.fields || []).forEach((row) => {
    let value = row.value;
    // Tag Manager's constants are texts.
    if (value === 'true') value = true;
    if (value === 'false') value = false;
    if (row.name === 'total' || row.name === 'price') value = makeNumber(value);
    if (value !== undefined && value !== '') fields[row.name] = value;
  });
  // Consent is one word: none, functional, analytics or marketing.
  winback(data.command, data.command === 'consent' ? fields.level : fields);
  data.gtmOnSuccess();
} else {
  const script = data.address + '/t.js' + query;
  const reader = data.address + '/datalayer.js' + query;
  // The address is the cache token as well: a tag that fires twice loads each script once.
  injectScript(script, () => {
    if (data.does === 'load') return data.gtmOnSuccess();
    injectScript(reader, data.gtmOnSuccess, data.gtmOnFailure, reader);
  }, data.gtmOnFailure, script);
}


___WEB_PERMISSIONS___

[
  {
    "instance": {
      "key": {
        "publicId": "inject_script",
        "versionId": "1"
      },
      "param": [
        {
          "key": "urls",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 1,
                "string": "https://mail.your-shop.example/t.js*"
              },
              {
                "type": 1,
                "string": "https://mail.your-shop.example/datalayer.js*"
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "access_globals",
        "versionId": "1"
      },
      "param": [
        {
          "key": "keys",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "winback"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "winback.q"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  }
]


___TESTS___

scenarios:
- name: Loads the script, then the reader of the data layer
  code: |-
    runCode({ address: 'https://mail.your-shop.example', shop: 'your-shop', does: 'dataLayer' });
    assertThat(urls).isEqualTo(['https://mail.your-shop.example/t.js?shop=your-shop', 'https://mail.your-shop.example/datalayer.js?shop=your-shop']);
    assertApi('gtmOnSuccess').wasCalled();
- name: Loads the script alone
  code: |-
    runCode({ address: 'https://mail.your-shop.example', shop: 'your-shop', does: 'load' });
    assertThat(urls).isEqualTo(['https://mail.your-shop.example/t.js?shop=your-shop']);
    assertApi('gtmOnSuccess').wasCalled();
- name: Tells one event, with numbers and yes or no as such
  code: |-
    runCode({ address: 'https://mail.your-shop.example', shop: 'your-shop', does: 'event', command: 'purchase', fields: [
      { name: 'order', value: '1001' }, { name: 'total', value: '39.8' }, { name: 'items', value: [{ product: 'p1' }] }, { name: 'email', value: undefined }] });
    assertThat(told).isEqualTo([['purchase', { order: '1001', total: 39.8, items: [{ product: 'p1' }] }]]);
    assertThat(urls).isEqualTo([]);
    assertApi('gtmOnSuccess').wasCalled();
- name: Tells consent as one word
  code: |-
    runCode({ address: 'https://mail.your-shop.example', shop: 'your-shop', does: 'event', command: 'consent', fields: [{ name: 'level', value: 'analytics' }] });
    assertThat(told).isEqualTo([['consent', 'analytics']]);
- name: Fails where the script cannot be loaded
  code: |-
    mock('injectScript', (url, onSuccess, onFailure) => onFailure());
    runCode({ address: 'https://mail.your-shop.example', shop: 'your-shop', does: 'load' });
    assertApi('gtmOnFailure').wasCalled();
    assertApi('gtmOnSuccess').wasNotCalled();
setup: |-
  const told = [];
  const urls = [];
  mock('createArgumentsQueue', () => (command, fields) => { told.push([command, fields]); });
  mock('injectScript', (url, onSuccess) => { urls.push(url); onSuccess(); });


___NOTES___

The guide is docs/connect/google-tag-manager.md.
