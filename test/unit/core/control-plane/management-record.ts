/** A record as CloudTrail writes it, of an API Gateway change. */
export function managementRecord(changes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      principalId: 'AROAEXAMPLEEXAMPLE123:ana',
      arn: 'arn:aws:sts::123456789012:assumed-role/deployer/ana',
      accountId: '123456789012',
      accessKeyId: 'ASIAEXAMPLEEXAMPLE12',
    },
    eventTime: '2026-03-03T10:00:00Z',
    eventSource: 'apigateway.amazonaws.com',
    eventName: 'DeleteStage',
    awsRegion: 'eu-central-1',
    sourceIPAddress: '192.0.2.10',
    userAgent: 'aws-cli/2.31.0',
    requestParameters: { restApiId: 'a1b2c3d4e5', stageName: 'prod' },
    responseElements: null,
    requestID: '0a5e4d3c-0000-4000-8000-000000000000',
    eventID: '5b1f8f4e-0000-4000-8000-000000000001',
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: '123456789012',
    eventCategory: 'Management',
    ...changes,
  };
}
